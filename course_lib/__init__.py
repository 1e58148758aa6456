"""The library behind the course on activation functions.

Importing it loads neither torch nor matplotlib; the subpackages bring in what they need when they are imported.
Data flows one way through them: ``activations → nn, data → training → claims → figures, explorers``, with
``language`` below all of them, because every one of them speaks to people.
"""

__version__ = "0.1.0"
