"""An error that was raised while another one was being handled."""


def run():
    try:
        {}["session"]
    except KeyError:
        open("/nonexistent/sessions.db")
