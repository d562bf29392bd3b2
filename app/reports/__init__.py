"""Tables for people: aligned text, CSV and workbooks."""
