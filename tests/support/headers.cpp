// What the precompiled headers of the tests belong to: a target needs a source file.
