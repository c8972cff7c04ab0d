// Ways to use a page: with a mouse, with the keyboard alone, without JavaScript. Each counts the steps it takes.
//
// A step is an entry (text put into a field and, if it is the last of its form, sent) or a click (a link followed,
// a button pressed, something opened).
import assert from "node:assert/strict";

// Presses of Tab after which a thing counts as out of reach.
const FAR = 160;

class Hand {
  constructor(page) {
    this.page = page;
    this.steps = 0;
  }

  // The field of a form, by its label.
  field(label) {
    return this.page.getByLabel(label, { exact: true }).and(this.page.locator("input, textarea")).first();
  }

  // A link, a button or something to open, by what it says.
  thing(name, within = "body") {
    const place = this.page.locator(within).first();
    const link = place.getByRole("link", { name });
    const summary = place.locator("summary", { hasText: name });
    return link.or(place.getByRole("button", { name })).or(summary).first();
  }
}

// Clicks everything, the buttons of forms too, and types only into what was clicked.
export class Mouse extends Hand {
  async click(name, within) {
    this.steps += 1;
    await this.thing(name, within).click();
    await this.page.waitForLoadState();
  }

  async put(label, text) {
    this.steps += 1;
    await this.field(label).click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.type(text);
  }

  async enter(label, text) {
    await this.put(label, text);
    const form = this.page.locator("form").filter({ has: this.field(label) });
    await form.locator("button:not([type=button])").last().click();
    await this.page.waitForLoadState();
  }
}

// Reaches everything with Tab from where the focus is, and sends with Enter.
export class Keys extends Hand {
  async reach(target) {
    for (let pressed = 0; pressed < FAR; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        const seen = await target.evaluate((element) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const { width, height } = element.getBoundingClientRect();
          return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0;
        });
        assert.ok(seen, `the focus on ${target} cannot be seen`);
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${target} is not reached with ${FAR} presses of Tab`);
  }

  async click(name, within) {
    this.steps += 1;
    const target = this.thing(name, within);
    await target.waitFor();
    await this.reach(target);
    await this.press("Enter");
  }

  async put(label, text) {
    this.steps += 1;
    await this.reach(this.field(label));
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.type(text);
  }

  async enter(label, text) {
    await this.put(label, text);
    const isLong = await this.field(label).evaluate((field) => field.tagName === "TEXTAREA");
    if (isLong) await this.page.keyboard.press("Tab");
    await this.press("Enter");
  }

  // Enter, and the page that may come of it.
  async press(key) {
    await this.page.keyboard.press(key);
    await this.page.waitForTimeout(50);
    await this.page.waitForLoadState();
  }
}
