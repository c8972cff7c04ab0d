filedesc://ours.arc 0.0.0.0 20050302100000 text/plain 65
1 0 Ours
URL IP-address Archive-date Content-type Archive-length

http://reel.example/a page.html 192.0.2.1 20050302100001 text/html 688
HTTP/1.1 200 OK
Content-Type: text/html

<!DOCTYPE html><html><head><title>Voss Sells the Bus | The Reel</title><meta property='og:title' content='Voss Sells the Bus'></head><body><nav><a href='/'>Home</a></nav><article><h1>Voss Sells the Bus</h1><p>Mara Voss told the crowd in Leeds that the tour was over and that the bus was sold. “I am done with the road,” the singer said.</p><p>Mara Voss told the crowd in Leeds that the tour was over and that the bus was sold. “I am done with the road,” the singer said.</p><p>Mara Voss told the crowd in Leeds that the tour was over and that the bus was sold. “I am done with the road,” the singer said.</p></article></body></html>
http://reel.example/gone 192.0.2.1 20050302100002 text/html 52
HTTP/1.1 404 Not Found
Content-Type: text/html

x
