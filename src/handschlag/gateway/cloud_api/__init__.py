"""The door for programs: the WhatsApp Cloud API over HTTP, each request parsed once and answered in Graph's shapes."""
