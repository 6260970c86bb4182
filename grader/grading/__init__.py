"""From a folder of submissions to judged reports: collect evidence, judge it, keep both in a run folder."""
