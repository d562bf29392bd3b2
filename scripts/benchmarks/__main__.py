"""Measures NetGrid on the server that DATABASE_URL names. Each measurement makes databases of its own there and drops them."""
import sys

from scripts.benchmarks.frame import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
