"""From a folder of submissions to judged reports: collect evidence, judge it, publish what people read.

No module here knows any kind of evidence.
"""
