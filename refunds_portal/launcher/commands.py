"""What the launcher can be told to do."""


