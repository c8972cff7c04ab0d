V0001_-----
r e Voss-Quits 10-03 0120
Voss-Quits,0120<
Mara Voss left the tour.<
