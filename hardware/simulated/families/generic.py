"""A modem that keeps to 3GPP TS 27.007 and says nothing of a call beyond V.250's results: +CLCC must be asked."""

from hardware.simulated.families.speech import RESULT, Setting, Speech, Stage

GENERIC = Speech(
    name="generic",
    maker="Generic",
    model="MODEM",
    data_only_model="DATA MODEM",
    revision="SIMULATED-1",
    progress={Stage.DIALLING: (), Stage.ALERTING: (), Stage.OPEN: (), Stage.ENDED: (RESULT,)},
    boot=("RDY",),
    unlocked=(),
    settings={"+CMEE": Setting("0", "(0-2)"), "+CVHU": Setting("0", "(0,1)")},
)
"""It keeps no count of PIN tries that a host could read."""
