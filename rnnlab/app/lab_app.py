"""The lab as an app file: ``panel serve rnnlab/app/lab_app.py``, or opened inside Jupyter by Panel's preview.

The script only builds: Panel clears its globals when a page's session dies, so everything that lasts lives in objects
of the package.
"""

from rnnlab.app.lab import Lab

Lab().servable()
