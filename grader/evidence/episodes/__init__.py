"""Episodes that a submitted model plays: the environment on the trusted side, the model in its sandbox.

No file is read by this kind: a model answers its needs, as it answers those for predictions.
"""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.episodes.record import EpisodesNeed, StatesNeed
from grader.evidence.fixtures import EvidenceFixture

KIND = EvidenceKind(
    name="episodes",
    version=1,
    needs=(EpisodesNeed, StatesNeed),
    accepts={},
    decode="grader.evidence.episodes.view:decode_episodes",
    sections="grader.evidence.episodes.view:episode_sections",
    libraries=("gymnasium", "numpy"),
    extra="cartpole",
    fixtures=(
        EvidenceFixture(
            name="episodes",
            about="The episodes the lab is judged on (Episodes): steps, endings, and how the model was read.",
            needs="grader.evidence.episodes.fixtures:episodes_needs",
            value="grader.evidence.episodes.fixtures:played_episodes",
            kinds=("models",),
        ),
        EvidenceFixture(
            name="policy",
            about="What the model does in the states of the mark `states` (PolicyAtStates): actions, steps from there.",
            needs="grader.evidence.episodes.fixtures:states_needs",
            value="grader.evidence.episodes.fixtures:policy_at_states",
            kinds=("models",),
            marks=("states",),
        ),
    ),
)
