//! A line that ends in `//~ words` breaks purity; the check has to find it there, with these words. It
//! has to find nothing on the other lines.

pub mod asynchrony;
pub mod clock;
pub mod environment;
pub mod files;
pub mod network;
pub mod order;
pub mod processes;
pub mod randomness;
pub mod threads;
