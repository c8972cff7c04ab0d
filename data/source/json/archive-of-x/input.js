window.YTD.tweets.part0 = [
  {"tweet": {"id_str": "7", "full_text": "Voss &amp; Lin left.", "created_at": "Fri Oct 03 10:00:00 +0000 2014", "lang": "en"}},
  {"tweet": {"id_str": "8", "full_text": "So did I.", "created_at": "Sat Oct 04 10:00:00 +0000 2014", "lang": "en"}}
]
