//! Strongly connected components, without recursion: a graph may be a chain of any length.

/// For each of `nodes` nodes the number of its component, given the targets of each node.
///
/// Numbers are such that a node's targets in other components have smaller ones (Tarjan).
pub(super) fn components(nodes: usize, targets: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        targets,
        index: vec![UNSEEN; nodes],
        low: vec![0; nodes],
        component: vec![UNSEEN; nodes],
        open: Vec::new(),
        seen: 0,
        found: 0,
    };
    for node in 0..nodes {
        if search.index[node] == UNSEEN {
            search.from(node);
        }
    }
    search.component
}

const UNSEEN: usize = usize::MAX;

struct Search<'t> {
    targets: &'t [Vec<usize>],
    index: Vec<usize>,
    low: Vec<usize>,
    component: Vec<usize>,
    open: Vec<usize>,
    seen: usize,
    found: usize,
}

impl Search<'_> {
    fn from(&mut self, root: usize) {
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            match self.targets[node].get(*next) {
                Some(&target) => {
                    *next += 1;
                    if self.index[target] == UNSEEN {
                        self.enter(target);
                        path.push((target, 0));
                    } else if self.component[target] == UNSEEN {
                        self.low[node] = self.low[node].min(self.index[target]);
                    }
                }
                None => {
                    path.pop();
                    self.leave(node);
                    if let Some((above, _)) = path.last() {
                        self.low[*above] = self.low[*above].min(self.low[node]);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.index[node] = self.seen;
        self.low[node] = self.seen;
        self.seen += 1;
        self.open.push(node);
    }

    fn leave(&mut self, node: usize) {
        if self.low[node] != self.index[node] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member] = self.found;
            if member == node {
                break;
            }
        }
        self.found += 1;
    }
}
