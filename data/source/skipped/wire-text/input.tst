 Voss-Quits 10-03
Mara Voss left the tour.