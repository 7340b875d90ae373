"""Of which saved states a film is, in words, and when there will be more of them."""

from __future__ import annotations

from rnnlab.analysis import Film
from rnnlab.session import Session
from rnnlab.views import text


def said(film: Film, session: Session, outdated: bool) -> str:
    """What stands above a film: ``"Of the 5 states saved up to update 800."``

    Args:
        film: that is shown.
        session: whose training it is of.
        outdated: whether more was saved since.
    """
    n, last = len(film), text.count(film.updates[-1])
    if n == 1:
        return f"Of the only state that is saved, after {last} updates. {_more(session)}"
    return f"Of the {n} states saved up to update {last}{'; more was saved since' if outdated else ''}."


def _more(session: Session) -> str:
    """How there comes to be a film."""
    if session.trained is None or session.phase not in ("starting", "training", "paused"):
        return "A film needs more: train, and it grows with every state that is saved."
    every = session.trained.training.save_every
    following = (session.network_update // every + 1) * every
    return f"A film needs more: the next is saved after {text.count(following)} updates."
