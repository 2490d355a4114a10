"""Where a device that is away can be woken."""
