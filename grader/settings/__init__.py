"""Settings in TOML files: records read from them, and mistakes by line and key."""

from __future__ import annotations

from grader.settings.convert import convert
from grader.settings.toml_file import Keys, SettingError, TomlFile, read_toml

__all__ = ["Keys", "SettingError", "TomlFile", "convert", "read_toml"]
