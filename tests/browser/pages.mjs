// The pages of the sample archive: one address for each page there is, and for each of the shapes that it can have.

export async function pages(server) {
  const [story] = (await server.json("/search.json?q=person:%22Ines+Valcourt%22+grief&limit=1")).results;
  const [quote] = (await server.json("/quotes.json?q=grief&by=Valcourt&limit=1")).results;
  const draft = encodeURIComponent("You cannot plan grief, you can only make some room for it");
  return {
    home: "/",
    search: "/search?q=person:%22Ines+Valcourt%22",
    everything: "/search",
    "nothing found": "/search?q=zeppelin+brontosaurus",
    "a query with a fault": "/search?q=date:someday",
    quotes: "/quotes?by=Ines+Valcourt&sort=newest",
    "no quotes": "/quotes?q=zeppelin",
    people: "/person",
    person: "/person?name=Ines+Valcourt",
    "several of a name": "/person?name=Valcourt",
    nobody: "/person?name=Ines+Valcort",
    story: `/story/${story.id}?q=grief`,
    "a story unasked": `/story/${story.id}`,
    "a quote that moved": `/quote/${quote.quote_at.replace(/h=\w+/, "h=00000000")}`,
    "origin, empty": "/origin",
    origin: "/origin?words=you+cannot+schedule+grief",
    "verify, empty": "/verify",
    verify: `/verify?quote=${draft}&by=Ines+Valcourt`,
    timeline: "/timeline?q=Valcourt",
    "timeline per thousand": "/timeline?q=Valcourt&by=year&per=thousand",
    names: "/names",
    topics: "/topics",
    "topics, a list": "/topics?kind=keyphrase",
    saved: "/saved",
    "saved, one": "/saved/valcourt",
    alerts: "/alerts",
    status: "/status",
    skipped: "/skipped",
    help: "/help",
    "no page": "/nowhere",
  };
}
