"""Exporters: records written as others read them. What a format has no place for goes to the report, never silently."""
