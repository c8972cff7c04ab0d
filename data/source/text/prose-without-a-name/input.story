Voss Quits Tour

Mara Voss left the tour on Friday after a row in Leeds.

“I am done with buses,” she said.
