"""Train the bundled model: a BLIP-2 small enough for two processor cores, on drawn scenes.

One module, one purpose. What there is to see: ``scenes`` (what stands where), ``pictures`` (how it is drawn),
``strangers`` (pictures of anything else). What there is to say: ``language`` (captions, questions, answers),
``tokenizer``. How it is learnt: ``batches`` (examples, each a function of seed and number), ``model`` (shape and first
weights), ``teaching`` (what is graded), ``training`` (the loop, and going on after a stop). How well: ``evaluation``,
``confidence``. ``cli`` is the command line.
"""
