"""What can be wrong with a device, each error named by what mends it.

``hardware`` is a leaf, so these stand apart from the terminal's own families; who uses a driver translates them.
"""


class DeviceError(Exception):
    """Base of all errors of the drivers. The text names the device and the remedy."""


class DeviceMissing(DeviceError):
    """The device file or the pin library is not there. Remedy: plug it in, or correct the configuration."""


class DeviceBusy(DeviceError):
    """Another program holds the device. Remedy: end that program."""


class DeviceForbidden(DeviceError):
    """This account may not use the device. Remedy: the right group."""


class DeviceVanished(DeviceError):
    """The device went away while it was open. Remedy: open it again when it is back."""
