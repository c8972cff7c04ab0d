//! The glyphs of each page, with where they stand.

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, TransformExt,
    font::{Glyph as Shape, GlyphRun},
    hayro_cmap::BfString,
    hayro_syntax::Pdf,
    interpret_page,
    kurbo::{Affine, BezPath, Point, Rect, Vec2},
};

/// Glyphs of the fullest page that is read.
const MOST: usize = 400_000;

/// A glyph as it stands on an upright page, in points from its left upper corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// What it is read as; a blank where only room is left.
    pub text: String,
    /// Its left end.
    pub x: f64,
    /// Its right end.
    pub end: f64,
    /// The line it stands on.
    pub y: f64,
    /// The size of its font.
    pub size: f64,
}

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its glyphs, in the order of the file.
    pub glyphs: Vec<Glyph>,
}

/// The pages of a file, one after the other.
pub fn pages(file: &Pdf) -> impl Iterator<Item = Page> + '_ {
    file.pages().iter().map(move |page| {
        let settings =
            InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
        let cache = InterpreterCache::new();
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let upright = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(upright, bounds, &cache, file.xref(), settings);
        let mut found = Reading { page: Page::default(), turned: Vec::new() };
        interpret_page(page, &mut context, &mut found);
        found.page()
    })
}

struct Reading {
    page: Page,
    /// Glyphs that stand on lines from bottom to top, as on a page that lies on its side.
    turned: Vec<Glyph>,
}

impl Reading {
    fn page(mut self) -> Page {
        // A page on which most lines are turned lies on its side; else they are edges and watermarks.
        if self.turned.len() > self.page.glyphs.len() {
            self.page.glyphs = self.turned;
        }
        self.page
    }
}

impl Device<'_> for Reading {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        if self.page.glyphs.len() + self.turned.len() > MOST {
            return;
        }
        for glyph in run.glyphs() {
            let transform: Affine = props.transform * glyph.transform();
            let vector = |x, y| transform * Point::new(x, y) - transform * Point::ZERO;
            // Glyphs are measured in thousandths of their font's size.
            let advance = match &**glyph {
                Shape::Outline(shape) => shape.advance_width(),
                Shape::Type3(shape) => shape.advance_width(),
            };
            let (along, up) = (vector(f64::from(advance.unwrap_or(500.0)), 0.0), vector(0.0, 1000.0));
            let at = transform * Point::ZERO;
            let Some(text) = text(glyph) else { continue };
            let place = |x: f64, y: f64, along: Vec2, up: Vec2| Glyph {
                text: text.clone(),
                x,
                end: x + along.hypot(),
                y,
                size: up.hypot(),
            };
            let is_sane = |glyph: &Glyph| {
                glyph.x.is_finite()
                    && glyph.y.is_finite()
                    && glyph.end.is_finite()
                    && glyph.size > 0.5
                    && glyph.size < 2000.0
            };
            if along.x > 0.0 && along.x.abs() > 4.0 * along.y.abs() {
                self.page.glyphs.extend(Some(place(at.x, at.y, along, up)).filter(is_sane));
            } else if along.y.abs() > 4.0 * along.x.abs() {
                let (x, y) = if along.y < 0.0 { (-at.y, at.x) } else { (at.y, -at.x) };
                self.turned.extend(Some(place(x, y, along, up)).filter(is_sane));
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// What a glyph is read as; ligatures as their letters.
fn text(glyph: &Shape<'_>) -> Option<String> {
    let text = match glyph.as_unicode()? {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fb00}' => plain.push_str("ff"),
            '\u{fb01}' => plain.push_str("fi"),
            '\u{fb02}' => plain.push_str("fl"),
            '\u{fb03}' => plain.push_str("ffi"),
            '\u{fb04}' => plain.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => plain.push_str("st"),
            '\u{a0}' | '\t' => plain.push(' '),
            _ if c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => (),
            _ => plain.push(c),
        }
    }
    (!plain.is_empty()).then_some(plain)
}
