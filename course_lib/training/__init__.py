"""How activations behave in a network: many small networks trained together, with probes.

>>> from course_lib import data, training
>>> models = [training.Model(activation="relu", initialisation="he", seed=seed) for seed in range(5)]
>>> history = training.train(models, data.load("digits"))
"""

from course_lib.training.history import History
from course_lib.training.model import Model
from course_lib.training.rehearsal import rehearse
from course_lib.training.trainer import train

__all__ = ["History", "Model", "rehearse", "train"]
