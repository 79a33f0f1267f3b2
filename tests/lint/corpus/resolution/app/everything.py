from .shared import *
