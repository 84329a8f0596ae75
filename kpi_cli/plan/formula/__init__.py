"""The formula language: parsed (syntax), checked for units (dimensions), computed (evaluate). Never handed to eval."""
