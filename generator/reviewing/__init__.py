"""The second look at a dataset's pairs: repaired where that helps, then judged; and what judges are worth.

`repairing` and `judging` know one call each and what its reply is worth. Here they come together over an
article (`looking`), in a dataset's figures (`sums`), before anything is asked (`estimate`), and in what a
workspace knows of its judges (`judges`).
"""
