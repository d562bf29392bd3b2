"""How full the plant is: ratios of the tallies, by grid, resource and technology."""
