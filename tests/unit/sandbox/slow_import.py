"""Takes a while to import, as TensorFlow does."""

from __future__ import annotations

import time

time.sleep(1.5)
