"""How the parts are put together: settings, root addresses, the schedule."""
