"""Tests of the screen process: pure views and layouts, and a real Kivy process on a real socket."""
