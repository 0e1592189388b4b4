"""Comparing two ways to make pairs on the same sections: which is better in what, and how sure that is.

    dataset folder | stored replies -> Side, Side -> Figures of each section -> Comparison -> words, HTML

`docs/compare.md` says how the figures and verdicts come about.
"""
