"""TensorFlow Playground's arithmetic: data, initial weights, training and losses of a share link.

Nothing here reads files or knows how a link is graded. The rules are those of the page's program and of
`seedrandom` 2.4.4, which draws its random numbers.
"""
