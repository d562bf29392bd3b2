UPDATE r_ring_member SET is_changed = true WHERE NOT bad AND dup_no = 1 AND known_circuit_id IS DISTINCT FROM circuit_id;

-- Two sections may change places, so those that change are taken out together.
DELETE FROM ring_member t USING r_ring_member r WHERE r.is_changed AND t.region_id = :region AND t.ring_id = r.ring_id AND t.seq = r.seq;

INSERT INTO ring_member (region_id, ring_id, seq, circuit_id, change_id) SELECT :region, ring_id, seq, circuit_id, :change FROM r_ring_member WHERE is_changed;
