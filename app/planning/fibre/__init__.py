"""FTTH design for a set of addresses: where boxes stand, the tree of cables, the plant that it becomes."""
