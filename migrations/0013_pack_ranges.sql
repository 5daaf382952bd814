-- What several bodies of a pack have in common is kept once: the ranges tell how they are put together. Packs without
-- them hold their bodies as they stand, one behind the other.
ALTER TABLE `archive_packs` ADD `ranges` blob;
