"""Inside the sandbox: read answers.

`read` tells TOML from documents; `toml` and `statements` read the former, `document` the latter, which the probe of
reports has read first. Both fill a `Draft`, which keeps within bounds what is recorded.
"""
