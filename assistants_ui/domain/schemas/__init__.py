"""JSON schemas as people who know no JSON see them: rows of a name, a kind and a sentence.

Pure functions. ``rows`` turns a schema into rows and back, ``strict`` applies the rules of strict
mode, ``checks`` says what is wrong with a schema, ``paste`` makes functions of what people have.
"""
