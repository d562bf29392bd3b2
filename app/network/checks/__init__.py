"""Checks of what keys can't say: each finds the things that break one rule."""
