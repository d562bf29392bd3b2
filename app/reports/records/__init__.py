"""Records: one page per thing, with what it is, where, what it holds, what it is joined to, who uses it and what has changed."""
