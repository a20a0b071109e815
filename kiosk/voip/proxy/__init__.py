"""Our own way to the platform: the engines speak SIP to it over loopback UDP, and it speaks to the platform."""
