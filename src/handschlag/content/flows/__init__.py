"""Forms inside the chat: Flow JSON, its validation, a form as it is filled in, and what devices tell each other about it."""
