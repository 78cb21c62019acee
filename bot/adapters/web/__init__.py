"""The page: chat, live cards and log-in, served by NiceGUI on FastAPI, from this machine alone.

Where things are: `surface` starts and stops the server and fans items out; `guard` stands in
front of everything (host, origin, session, headers); `login` knows who may enter and `doors`
are its pages; `routes` take what a person says and presses; `page` is one open browser page,
kept current; `card_view` and `thread_view` turn values into HTML, purely.
"""
