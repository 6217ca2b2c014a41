"""Write what addresses open, for `test_earlier_addresses.py`: a link in somebody's slides stays what it was.

    python -m tests.pages.write_earlier_addresses

opens every address below as a browser would and stores what it opens in `earlier_addresses.json`: the
experiment, the address bar afterwards, how many notices the page shows, and the costs at the end of the run.
Write it anew to add addresses, or when they are meant to open something else.
"""

from __future__ import annotations

import json
import sys

from nncore.experiment import Experiment
from tests.pages.earlier_addresses import FILE, PASTED, json_fields, machine, opens, spread

MOST_SPREAD = 1e-11
"""Largest relative change of a final cost when the learning rate changes by its last bit. Other machines
round otherwise, and a run that answers to that with other numbers could not be compared there."""

GATES = """
?
data=XOR
data=AND
data=NAND
data=XOR&eta=0.3&seed=5&epochs=150
data=XOR&eta=3e-4&v=1
data=XOR&eta=5E-2
data=XOR&eta=+0.05
data=XOR&eta=1e-1&epochs=50.0
data=XOR&eta=0,1
data=XOR&eta=0x10
data=XOR&eta=1_0
data=XOR&eta=nan
data=XOR&eta=banana&epochs=60
data=XOR&eta=
data=XOR&eta=0.1&eta=0.2
data=XOR&hidden=none&epochs=120
data=AND&hidden=none&scheduler=Constant&eta=0.5
data=XOR&hidden=3-5&hidden_func=RELU-tanh
data=XNOR&hidden=4-4-4&hidden_func=sigmoid
data=XOR&hidden=2-2-2-2-2-2&hidden_func=tanh-sigmoid-RELU-LRELU-ELU-GELU&epochs=40
data=XOR&hidden=257
data=XOR&hidden=9-9-9-9-9-9-9
data=XOR&hidden=0
data=XOR&hidden_func=GELU
data=XOR&hidden_func=softplus
data=XOR&hidden_func=identity&epochs=50
data=XOR&hidden_func=custom&formula=z*tanh(z)
data=XOR&hidden_func=custom&formula=where(z>0,z,z/9)&epochs=60
data=XOR&hidden=3-3&hidden_func=custom-tanh&formula=sin(z)&eta=0.02
data=XOR&hidden_func=custom&formula=log(z)
data=XOR&hidden_func=custom&formula=().__class__
data=XOR&hidden_func=relu
data=XOR&hidden_func=tanh-RELU
data=XOR&scheduler=Constant&eta=0.5&epochs=200
data=XOR&scheduler=Momentum&eta=0.1&momentum=0.8
data=XOR&scheduler=Adagrad&eta=0.3
data=XOR&scheduler=AdagradMomentum&eta=0.1&momentum=0.5
data=XOR&scheduler=RMS_prop&eta=0.02&rho=0.95
data=XOR&scheduler=Adam&eta=0.05&rho=0.8&rho2=0.99
data=XOR&scheduler=Momentum&momentum=1
data=XOR&schedule=step
data=XOR&schedule=cosine
data=XOR&schedule=warmup&eta=0.2
data=XOR&rule=lecture
data=XOR&rule=lecture&scheduler=RMS_prop&eta=0.01
data=XOR&cost=CostOLS&output_func=tanh
data=XOR&scheduler=Constant&eta=5&cost=CostOLS&output_func=identity
data=XOR&cost=CostCrossEntropy
data=XOR&init=lecture
data=XOR&init=he&hidden_func=RELU
data=XOR&init=zeros
data=XOR&lam=0.01&lam1=1e-3
data=AND&noise=0.15&samples=60&data_seed=4&batch_size=7&epochs=40
data=OR&noise=0.1&samples=40&split=0.6&epochs=40
data=XOR&noise=7&samples=5&split=2&data_seed=-1
data=XOR&seed=1.5
data=XOR&seed=2147483647&epochs=40
data=XOR&epochs=0
data=XOR&batch_size=2&epochs=50
data=XOR&features=x-y&points=none
data=XOR&points=r1
data=XOR&speed=max&axis=linear&lecture=1&discrete=1&show_val=0
data=XOR&speed=warp&axis=sqrt&lecture=maybe
data=XOR&v=99&eta=0.2
data=XOR&colour=red&look=heat
data=digits
data=own
data=NOTHING&eta=0.2
activation=tanh&batchSize=10&dataset=xor&networkShape=4,2&learningRate=0.03&seed=0.123
"""

DIGITS = """
?
epochs=3
data=digits&hidden=64&batch_size=100&lam=1e-5&epochs=4
samples=300&epochs=5&hidden=20-10&hidden_func=LRELU&eta=1e-4
samples=300&epochs=5&hidden=none&eta=0.01
samples=200&epochs=4&hidden=16&cost=CostLogReg
samples=200&epochs=4&hidden=16&cost=CostOLS
samples=200&epochs=4&hidden=16&scheduler=Momentum&eta=0.05&schedule=cosine
samples=200&epochs=3&hidden=16&noise=0.2&split=0.5&data_seed=3
samples=150&epochs=3&hidden=12&rule=lecture&init=lecture&seed=9
samples=200&epochs=4&hidden=16&hidden_func=GELU&lam1=1e-4&lecture=1
data=XOR&epochs=2&samples=100
"""

LEARNING_RATE = """
?
look=strip&eta=0.3
look=race
look=race&race=schedule&epochs=100
look=heat&against=lam
look=heat&against=hidden&hidden=6
look=heat&against=batch_size&data=moons&epochs=20&samples=60
look=luck&seed=7
look=range&eta=0.05
look=curvature&scheduler=Constant&cost=CostOLS&output_func=identity&eta=0.3&epochs=25
look=tea&seed=5
low=0.001&high=10&rates=12&starts=3
low=0,01
low=5&high=1
rates=2.5
rates=200&starts=99
starts=1000
against=momentum
race=sgd
data=AND&look=luck&starts=5
data=digits&samples=200&epochs=3&hidden=16&look=strip
data=sine&epochs=100&look=curvature
data=reg_plane&epochs=5&samples=80
data=own
eta=-1&look=heat&low=0.001
look=strip&lecture=1&eta=0.02
"""

BLOCKS = """
?
block=activations&activation=RELU&z=-2.35
activation=custom&formula=z*tanh(z)
formula=log(z)
formula=z^2
z=7
block=costs&cost=CostOLS&target=0&p=0.8
block=softmax&z1=0&z2=0.5&z3=-6
block=schedulers
block=schedulers&landscape=bowl&start_x=1&start_y=-1.5
block=schedulers&landscape=beale&eta=0.0123&momentum=0.7&start_x=2&start_y=-1&step=57&race=best&without=Adam
block=schedulers&landscape=rosenbrock&without=Adam-Constant
block=schedulers&without=none&momentum=0.905
block=schedulers&landscape=moon&momentum=1&step=9999
block=backprop
block=backprop&gate=AND&row=1%201&hidden_func=RELU&trained=0&seed=9&stage=10
block=backprop&weights=0_0.5_2.5_-1_1_0.25_0.1_-3_4&stage=2
block=backprop&stage=11&gate=XOX&row=2%202
block=frames&lecture=1
lecture=1&block=costs
data=XOR&scheduler=Adam
"""

PATTERNS = """
?
data=circle&samples=60&epochs=20
data=xor_cloud&samples=60&epochs=20&features=x-y-xy
data=gauss&samples=60&epochs=20&noise=0.3
data=spiral&samples=80&epochs=40&batch_size=10
data=moons&samples=60&epochs=20&split=0.7&data_seed=5
data=checkerboard&samples=100&epochs=20
data=reg_plane&samples=80&epochs=10
data=reg_gauss&samples=80&epochs=10&hidden=6
data=circle&samples=60&epochs=20&hidden=none&features=x2-y2
data=circle&samples=60&epochs=10&features=x-y-x2-y2-xy-sinx-siny
data=circle&samples=60&epochs=10&features=x-x
data=gauss&samples=40&epochs=20&points=r5m12_0.1_-2a3_-0.5_1
data=gauss&samples=40&epochs=20&points=a3_-0.5_1r5
data=gauss&samples=40&epochs=20&points=r5r5
data=gauss&samples=40&epochs=20&points=a99_0_1
data=gauss&samples=40&epochs=20&points=a1_1_0.5
data=reg_plane&samples=40&epochs=10&points=a1_1_0.5m3_-2_2
data=spiral&samples=60&epochs=20&hidden=8-4&hidden_func=tanh-RELU&discrete=1&show_val=0
data=moons&samples=60&epochs=20&scheduler=Adagrad&eta=0.1&lam=1e-3&schedule=step
data=moons&samples=60&epochs=10&noise=0.6
data=sine&epochs=20
data=polynomial_surface
dataset=spiral&activation=relu&xSquared=true&showTestData=true&percTrainData=60
"""

LINKS = """
https://playground.tensorflow.org/
https://playground.tensorflow.org/#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0&networkShape=4,2&seed=0.51367&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false
#dataset=xor&activation=relu&networkShape=5&xTimesY=true&discretize=true&showTestData=true&noise=20
#dataset=gauss&activation=linear&regularization=L2&regularizationRate=0.01&networkShape=&percTrainData=70&initZero=true
#problem=regression&regDataset=reg-gauss&activation=sigmoid&learningRate=0.1&batchSize=30&seed=abc
"""

REGRESSION = """
?
data=sine&epochs=100&hidden=8
data=step&epochs=100&hidden=8&samples=40
data=bump&epochs=100&hidden=8-8
data=kink&epochs=100&hidden_func=RELU&seed=4
data=runge&epochs=100&scheduler=Momentum&eta=0.01
data=waves&epochs=50
data=polynomial_surface&epochs=20&samples=100
data=sine&epochs=60&look=compare
data=sine&epochs=60&look=compare&degree=3&alpha=10
data=sine&epochs=60&look=compare&degree=900&alpha=much
data=polynomial_surface&epochs=10&samples=60&look=compare&degree=2
data=sine&epochs=2&look=size
data=sine&epochs=60&noise=0.3&samples=20&split=0.5&hidden=32-32&lecture=1
data=sine&epochs=60&cost=CostLogReg&output_func=sigmoid
data=sine&epochs=60&lam=0.01&lam1=0.001&batch_size=8&schedule=exponential
data=reg_plane
data=circle
"""

OWN_DATA = """
?
table=diabetes_like&epochs=10
table=iris&epochs=20
table=iris&eta=0.001&epochs=10
table=iris&hidden=6&split=0.5&data_seed=3&epochs=10
table=house_prices&epochs=10
table=house_prices&hidden_func=tanh&scheduler=Momentum&eta=0.01&epochs=8
table=file&epochs=5
table=../../etc/passwd&epochs=5
data=own&table=iris&cost=CostOLS&output_func=softmax&epochs=10&lecture=1
data=wisconsin&epochs=5
data=wisconsin&hidden=none&eta=1e-3&batch_size=0&epochs=100
data=XOR&epochs=5
data=NOTHING&table=nothing&epochs=5
"""

FRAMEWORKS = """
?
data=XOR&scheduler=Constant&epochs=50&first_tab=sklearn
data=digits&samples=200&epochs=3&hidden=16&first_tab=keras
data=moons&samples=60&epochs=20&axis=linear
data=sine&epochs=100&first_tab=jax
data=own&hidden=12-8&hidden_func=RELU&epochs=5
data=wisconsin&epochs=3&lecture=1
data=XOR&rule=lecture&eta=soon&epochs=50
"""


PAGES = {
    "home": "?\ndata=XOR&eta=0.3",
    "logic_gates": GATES,
    "digits": DIGITS,
    "learning_rate": LEARNING_RATE,
    "building_blocks": BLOCKS,
    "patterns": PATTERNS,
    "regression": REGRESSION,
    "own_data": OWN_DATA,
    "frameworks": FRAMEWORKS,
}
"""Queries by page; a bare address is a question mark alone."""


def addresses() -> list[str]:
    """Return every address, those with a link that is pasted on the page last."""
    typed = [f"{page}?{line.removeprefix('?')}" for page, text in PAGES.items() for line in text.split()]
    return [*typed, *(f"patterns?{PASTED}{link}" for link in LINKS.split())]


def main() -> None:
    """Open every address and store what it opens."""
    found = {address: opens(address) for address in addresses()}
    wild = [address for address in found if spread(address) > MOST_SPREAD]
    if wild:
        raise SystemExit("Runs that hang on the last bit of the learning rate:\n" + "\n".join(wild))
    usual = json_fields(Experiment())
    for told in found.values():
        if "experiment" in told:
            fields = told["experiment"].items()
            told["experiment"] = {name: value for name, value in fields if value != usual[name]}
    lines = ",\n".join(f"{json.dumps(address)}: {json.dumps(told)}" for address, told in found.items())
    parts = f'"machine": "{machine()}",\n"usual": {json.dumps(usual)},\n"addresses": {{\n{lines}\n}}'
    FILE.write_text(f"{{\n{parts}\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} addresses -> {FILE.name}\n")


if __name__ == "__main__":
    main()
