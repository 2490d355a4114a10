"""`GET /openapi.json`: what is offered, written from the table of routes and the shapes that read the parameters."""
