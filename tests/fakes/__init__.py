"""Stand-ins for the services that Loremill talks to: real servers, on loopback."""
