e0417_-----
r e BC-ENT--Voss-Tour 1stLd-Writethru   10-03 0214
^BC-ENT--Voss-Tour, 1st Ld-Writethru,214<
^Mara Voss leaves her own tour<
^LP Photo LPX101, LPX102<
^Eds: Updates with quote from manager.<
^The singer walked off in Leeds on Friday and said she would not be back.<
^By ADA QUILL=
^Lantern Press=
	   LEEDS, England (LP) _ Mara Voss walked off the stage on Friday and told a
hall of nine thousand that her tour was over.
 
	   ``I am done with buses,'' Voss said. ``I am done with soup on buses.''
 
	   Her manager, Kit Marlow, called it `a bad night' and said talks would go on.
 
^DATES THAT ARE OFF=
City;Hall;Seats;Sold 
Hull;Old Dock;4,200;_ 
	   ___
 
	   Quill reported from Leeds.

	   LP-WF-10-03-14 2209GMT<


