"""The mobile line as the call machine sees it, over hardware.modem."""
