"""Inside the sandbox: read reports.

`read` tells the formats apart; `pdf`, `word`, `markdown`, `html`, `plain` and `notebook` each fill a `Draft` with
blocks of text and images; `finish` makes the record of it, with `front`, `captions`, `numbers` and `images`.
"""
