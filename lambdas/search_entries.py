"""Keeps the entries by which a film is searched equal to what its identity says."""

from dataclasses import dataclass

from contracts import keys
from contracts.canary import CANARY_SITE
from contracts.record import Record, State
from lambdas.identity import IdentityError, IdentityStore, StoredIdentity
from lambdas.search_index import SearchIndex
from lambdas.search_words import list_texts


@dataclass(frozen=True, kw_only=True)
class SearchEntries:
    """The identity lists the hashes of the film's entries, so that each film needs them written
    once, and a deletion finds them all, also where a later release splits words in another way.
    """

    index: SearchIndex
    identities: IdentityStore

    def update(self, record: Record, identity: StoredIdentity) -> StoredIdentity:
        """Adds and removes entries, and returns the identity after it. A deleted film gets none,
        also where it is deleted meanwhile. Nobody searches for the canary's.
        """
        if record.site == CANARY_SITE:
            return identity
        site, entry = record.site, keys.index_entry(record.created_at, record.radiograph_id)
        texts = _list_texts(identity) if record.state is not State.DELETED else frozenset()
        hashes = self.index.hash_texts(site, texts)
        if hashes == identity.search_hashes:
            return identity
        self.index.add_entries(site, entry, hashes - identity.search_hashes)
        self.index.remove_entries(site, entry, identity.search_hashes - hashes)
        after = self.identities.put_search_hashes(record.radiograph_id, hashes, identity=identity)
        if not after.fields:
            self.index.remove_entries(site, entry, hashes)
        return after

    def delete(self, record: Record) -> None:
        """Deletes all versions of the entries of a film whose identity is not yet removed."""
        try:
            identity = self.identities.read(record.radiograph_id)
        except IdentityError:
            return
        hashes = self.index.hash_texts(record.site, _list_texts(identity))
        entry = keys.index_entry(record.created_at, record.radiograph_id)
        self.index.delete_entries(record.site, entry, hashes | identity.search_hashes)


def _list_texts(identity: StoredIdentity) -> frozenset[str]:
    return list_texts(identity.file_name, identity.patient)
