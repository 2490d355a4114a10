// Joins the client and the screens.
