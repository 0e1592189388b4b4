"""Pages to look at: one HTML file each, without a network, with or without scripts."""
